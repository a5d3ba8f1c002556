DROP TABLE sync_devices;
DROP TABLE sync_conflicts;
DROP TABLE sync_ops;
