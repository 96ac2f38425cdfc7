"""Components for Amazon ECS."""
