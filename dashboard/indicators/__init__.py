"""What the numbers mean: pure functions over counts and dates, without SQL, Dash or a clock."""
