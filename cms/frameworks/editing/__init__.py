"""The framework editor: forms with which an officer changes a draft."""
