"""What runs by itself with money: deciding at the watermark, approval after the hold, facts for the analytics. Each may run twice."""
