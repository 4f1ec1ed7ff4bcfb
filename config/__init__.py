"""The house: settings, routes, processes; nothing about people or programmes."""
