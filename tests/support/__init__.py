"""What the tests share: the stack they run on, people, purchases."""
