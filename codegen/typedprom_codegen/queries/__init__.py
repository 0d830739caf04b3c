"""What queries mean, given the metrics: the type of each sub-expression, worked out offline."""
