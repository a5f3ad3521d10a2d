"""Settings, environment and addresses: where the rooms are put together."""
