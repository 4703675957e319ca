"""What plans and stated totals look like in a file. Pure: no models."""
