"""Databases and caches."""

from collections.abc import Mapping

from ..api import Api

_DATABASE = {
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "parameterGroupName": "DBParameterGroupName",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
}


APIS: Mapping[str, Api] = {
    "rds/SubnetGroup": Api(
        "rds",
        "CreateDBSubnetGroup",
        "$name",
        "DBSubnetGroupName",
        request={"DBSubnetGroupDescription": "Managed by Pulumi"},
        renames={"name": "DBSubnetGroupName"},
        update="ModifyDBSubnetGroup",
        delete="DeleteDBSubnetGroup",
    ),
    "rds/ParameterGroup": Api(
        "rds",
        "CreateDBParameterGroup",
        "$name",
        "DBParameterGroupName",
        renames={"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"},
        delete="DeleteDBParameterGroup",
    ),
    "rds/Instance": Api(
        "rds",
        "CreateDBInstance",
        "$identifier",
        "DBInstanceIdentifier",
        renames=_DATABASE,
        update="ModifyDBInstance",
        delete="DeleteDBInstance",
        deletion={
            "SkipFinalSnapshot": "$skipFinalSnapshot",
            "FinalDBSnapshotIdentifier": "$finalSnapshotIdentifier",
        },
    ),
    "elasticache/SubnetGroup": Api(
        "elasticache",
        "CreateCacheSubnetGroup",
        "$name",
        "CacheSubnetGroupName",
        request={"CacheSubnetGroupDescription": "Managed by Pulumi"},
        renames={"name": "CacheSubnetGroupName"},
        # moto cannot delete it.
    ),
    "elasticache/ReplicationGroup": Api(
        "elasticache",
        "CreateReplicationGroup",
        "$replicationGroupId",
        "ReplicationGroupId",
        renames={
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "maintenanceWindow": "PreferredMaintenanceWindow",
        },
        delete="DeleteReplicationGroup",
    ),
}
