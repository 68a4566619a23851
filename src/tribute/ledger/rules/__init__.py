"""What names, codes and addresses may be, and what money follows from terms and orders. Pure: no clock, no database, no HTTP."""
