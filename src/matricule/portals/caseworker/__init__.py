"""The caisse's desk: queues, examination, numbers (issue 4, section 2)."""
