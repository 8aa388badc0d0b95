"""The planner's page: move a lever and see the country answer."""
