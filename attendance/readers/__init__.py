"""What registrations and answers look like in a file. Pure: no models."""
