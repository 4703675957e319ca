"""What we offer: the catalogue, the dates, the places and schools. True whether or not anyone books."""
