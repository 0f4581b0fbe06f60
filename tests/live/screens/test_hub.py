"""Does the hub end when it is told to, also while the layer behind it is being reached?"""

import asyncio

from deliberation.live.sockets import hub


class HalfConnectedLayer:
    """A channel layer that takes being cancelled while it connects for a failure of the network."""

    connecting = 0

    async def new_channel(self, _prefix):
        self.connecting += 1
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            if self.connecting == 1:
                raise ConnectionError("cut off while connecting") from None
            raise


def test_a_hub_stops_while_it_connects(settings, monkeypatch):
    settings.REDIS_URL = "redis://said-so"
    layer = HalfConnectedLayer()
    monkeypatch.setattr(hub, "get_channel_layer", lambda: layer)

    async def begin_and_end():
        one = hub.hub_here(hub.Work(*[lambda *_given: ()] * 4))
        while not layer.connecting:
            await asyncio.sleep(0)
        await asyncio.wait_for(one.stop(), timeout=5)
        assert all(task.done() for task in one.tasks)
        assert asyncio.get_running_loop() not in hub._hubs

    asyncio.run(begin_and_end())
