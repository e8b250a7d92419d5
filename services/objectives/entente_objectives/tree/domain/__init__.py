"""What a goal is: its place in the tree, what it is measured by, whether it is SMART, and how far it has come."""
