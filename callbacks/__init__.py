"""What happens: one module per page, thin, wired in ``register(app, services)``."""
