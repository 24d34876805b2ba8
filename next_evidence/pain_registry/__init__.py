"""The registry of discovered pains in people's hands: look at it, and decide. Nothing here changes a persona document.

A decision is a row of the log. It counts from the cycle in which it is made on, and in an earlier one once that is run again by
force; `discovery` lays decisions over what the engine found.
"""
