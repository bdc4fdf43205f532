"""From a request to an act on a running application, by theme; used through `api.commands`."""
