"""The endpoint that the links and pictures of counted mails lead to: `cabas measure serve`."""
