"""What lies outside: other organs' systems, each as a protocol with a real adapter."""
