"""What is asked, one module per area, each with its list EXCHANGES."""
