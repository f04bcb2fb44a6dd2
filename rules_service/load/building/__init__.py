"""From trees of nodes to the model: values become dataclasses, names become what they stand for.

Read in this order: `shared` (the names that all files use), `expressions` (windows and shifts), `selectors`,
`conditions`, `operations`, `catalogues` (quality codes and information types).
"""
