"""How a built site goes live: on this machine, over SSH, in object storage, on Pages."""
