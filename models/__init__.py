"""How signals become a score: scorecard, scope, reasons and shortlist."""
