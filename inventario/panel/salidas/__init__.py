"""Una tabla a CSV, XLSX o PDF."""
