"""Temporal rules for integration control: declarative rulesets in, explained decisions out."""
