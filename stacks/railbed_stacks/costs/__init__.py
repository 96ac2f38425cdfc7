"""What a stack costs a month at list prices, from the resources that it registers."""
