"""What all flows that write to a store share: compare with what was sent, intent, push, outcome."""
