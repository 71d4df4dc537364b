"""Send e-mails by Amazon SES, API version 2 (docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).

SES gives each e-mail a Message-ID of its own and has no key that keeps a repeated request from sending a second one.
"""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from orchestration.delivery.failures import NEXT_RUN, DestinationUnavailable, QuotaExceeded
from orchestration.mail.settings import MailSettings

_PERMANENT = frozenset({"MessageRejected", "BadRequestException", "NotFoundException"})
_OURS = frozenset(
    {"AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException", "AccessDeniedException"}
    | {"UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredTokenException"}
)
_QUOTA = frozenset({"LimitExceededException"})


class SesTransport:
    """Retries within seconds are the client's own; it tries three times."""

    def __init__(self, settings: MailSettings, timeout: float) -> None:
        self._settings = settings
        self._config = Config(connect_timeout=timeout, read_timeout=timeout, retries={"mode": "standard", "max_attempts": 3})

    def send(self, mime: bytes, sender: str, to: str) -> str:
        """Send it and return the id that SES gave it."""
        more: dict[str, Any] = {}
        if self._settings.ses_configuration_set:
            more["ConfigurationSetName"] = self._settings.ses_configuration_set
        try:
            client = boto3.client("sesv2", region_name=self._settings.ses_region or None, config=self._config)
            answer = client.send_email(
                FromEmailAddress=sender, Destination={"ToAddresses": [to]}, Content={"Raw": {"Data": mime}}, **more
            )
        except ClientError as error:
            raise _failure(str(error.response.get("Error", {}).get("Code", "unknown"))) from None
        except NoRegionError:
            raise ConfigurationFailure("Amazon SES has no region.", "Set VOICE_MAIL_SES_REGION.") from None
        except NoCredentialsError:
            raise ConfigurationFailure(
                "There are no AWS credentials.", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from None
        except BotoCoreError as error:
            name = type(error).__name__
            raise DestinationUnavailable(f"Amazon SES gave no answer ({name}).", NEXT_RUN, code=name) from None
        return str(answer["MessageId"])


def _failure(code: str) -> Exception:
    if code in _PERMANENT:
        return PermanentFailure(f"Amazon SES refused the e-mail ({code}).", "Verify the addresses of sender and recipients in SES.")
    if code in _OURS:
        return ConfigurationFailure(f"Amazon SES refused the account ({code}).", "Correct the AWS_* variables, or the account.")
    if code in _QUOTA:
        return QuotaExceeded("The daily quota of Amazon SES is used up.", NEXT_RUN, code=code)
    return DestinationUnavailable(f"Amazon SES is unavailable ({code}).", NEXT_RUN, code=code)
