"""What randomness can a test repeat? A seeded source for `deliberation.live.randomness`."""

import random


class Seeded:
    """The same draws for the same seed, in every thread."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def bits(self, count):
        return self.random.getrandbits(count)

    def below(self, limit):
        return self.random.randrange(limit)


class Scripted(Seeded):
    """The numbers given first, for codes that clash; then as seeded."""

    def __init__(self, *numbers):
        super().__init__(1)
        self.numbers = list(numbers)

    def below(self, limit):
        return self.numbers.pop(0) if self.numbers else super().below(limit)
