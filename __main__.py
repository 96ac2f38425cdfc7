"""The Pulumi program: deploys the Rails application that the stack's settings describe."""

from stacks import deploy

deploy()
