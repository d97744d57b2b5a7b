"""The kinds of list that are brought in; asked by the models, and so without any of them."""

PRISON, YOI, PPO = "prison", "yoi", "ppo"
RELEASES = frozenset({PRISON, YOI})
