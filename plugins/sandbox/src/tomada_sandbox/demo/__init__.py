"""``tomada demo``: the main job of Tomada, run as a user would run it, on a sandbox that is thrown away."""
