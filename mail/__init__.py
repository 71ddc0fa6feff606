"""From a composed message to the member's inbox."""
