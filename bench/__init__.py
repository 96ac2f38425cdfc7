"""Times railbed against doing the same without it, side by side in one run."""
