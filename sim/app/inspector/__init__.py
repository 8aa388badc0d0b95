"""Mesa's own page around one model: steps, agents and every plain lever, for whoever wants to look inside."""
