from pyteleport import bash_teleport
__all__ = ["bash_teleport"]
