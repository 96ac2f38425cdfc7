"""Operations on one machine with Docker."""
