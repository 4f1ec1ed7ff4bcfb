"""Four well-known ways to send reminders, and ours, under the same kills (docs/reliability.md 6)."""
