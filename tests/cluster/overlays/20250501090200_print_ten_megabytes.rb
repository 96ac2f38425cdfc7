class PrintTenMegabytes < ActiveRecord::Migration[7.2]
  def up
    100_000.times { |line| puts "line #{line.to_s.rjust(6, '0')} #{'.' * 86}" }
    raise "the last line counts"
  end
end
