"""The interface for schools' own systems: returns by ``POST``, their state and findings by ``GET``.

Who asks is known by the token alone: no session is looked at, and no token opens anything else.
What comes in goes the way of an upload: it is read, checked, and waits as a draft for a reviewer.
"""
