"""What we offer: catalogue, dates, places and schools. True whether or not anyone books."""
