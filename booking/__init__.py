"""Who comes: bookings, holds, parties, and what is told of them."""
