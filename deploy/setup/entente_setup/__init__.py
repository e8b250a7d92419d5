"""The one-shot set-up of docker-compose.yml: secrets before the servers start, databases when they run."""
