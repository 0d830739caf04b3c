"""Names that the catalog does not have."""

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownVariableType,reportUnusedImport] ty[missing-module-member] pyrefly[missing-module-attribute]
from sms_metrics_generated import SOURCES_REQUEST_SUCCESS

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownVariableType,reportUnusedImport] ty[missing-module-member] pyrefly[missing-module-attribute]
from sms_metrics_generated import SMS_HEARTBEAT

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownVariableType,reportUnusedImport] ty[missing-module-member] pyrefly[missing-module-attribute]
from sms_metrics_generated import EVENTS_PROCESSED

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownVariableType,reportUnusedImport] ty[missing-module-member] pyrefly[missing-module-attribute]
from sms_metrics_generated import SourceId

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownVariableType,reportUnusedImport] ty[missing-module-member] pyrefly[missing-module-attribute]
from sms_metrics_generated.sources import GATEWAY_INGEST_SUCCESS

# E: mypy[import-not-found] pyright[reportMissingImports,reportUnknownVariableType,reportUnusedImport] ty[import-not-found] pyrefly[missing-import]
from sms_metrics_generated.source import SOURCES_REQUESTS_SUCCESS
import sms_metrics_generated as metrics

# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
metrics.SOURCES_REQUESTS_SUCESS.inc(source_id="kexp")
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
metrics.sources.HEARTBEAT.inc()
# E: mypy[attr-defined] pyright[reportAttributeAccessIssue,reportUnknownMemberType] ty[missing-attribute] pyrefly[missing-attribute]
metrics.gateway.inc()
