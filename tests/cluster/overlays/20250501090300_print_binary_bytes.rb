class PrintBinaryBytes < ActiveRecord::Migration[7.2]
  def up
    $stdout.binmode
    $stdout.write((0..255).to_a.pack("C*"), "\e[31mred\e[0m\r\n", "\xff\xfe without a newline")
    $stdout.flush
    raise "readable in spite of the bytes above"
  end
end
