"""The Pulumi program: deploys the Rails application that the stack's settings describe."""

from railbed_stacks import deploy

deploy()
