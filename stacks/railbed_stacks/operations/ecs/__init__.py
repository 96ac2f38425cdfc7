"""Operations on ECS."""
