"""The methods of the clients, room by room, made by `make reference`."""

from dataclasses import dataclass

from organization_billing import types as t
from organization_billing.call import AsyncSend, Call, Send, keyed, segment


@dataclass(frozen=True, slots=True)
class Metering:
    """`metering` of a Billing."""

    _send: Send

    def add_costs(
        self,
        organization_id: str,
        event_id: str,
        body: t.CostsRequest,
    ) -> t.UsageView:
        """Attach costs that were not known when the use was recorded."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/costs",
            body=body,
        )
        return self._send(call)

    def adjust_meter(
        self,
        organization_id: str,
        body: t.MeterAdjustmentRequest,
    ) -> t.MeterAdjustment:
        """Adjust what a meter counts, with a reason, once for every key."""
        call: Call[t.MeterAdjustment] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/adjustments",
            body=body,
        )
        return self._send(call)

    def adjust_wallet(
        self,
        organization_id: str,
        body: t.AdjustmentRequest,
    ) -> t.PublishedLedgerEntry:
        """Credit or debit the wallet, once for every id."""
        call: Call[t.PublishedLedgerEntry] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/wallet/adjustments",
            body=body,
        )
        return self._send(call)

    def alerts(
        self,
        organization_id: str,
    ) -> t.AlertsView:
        """Show at which percentages of its limits the organization's uses are announced."""
        call: Call[t.AlertsView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/alerts",
        )
        return self._send(call)

    def correct_use(
        self,
        organization_id: str,
        event_id: str,
        body: t.CorrectRequest,
    ) -> t.UsageView:
        """Correct the quantity of a use, once for every key."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/correct",
            body=body,
        )
        return self._send(call)

    def delete_grant(
        self,
        organization_id: str,
        grant_id: str,
        *,
        by: str | int | None = None,
        reason: str | int | None = None,
    ) -> t.PublishedGrant:
        """Take a grant away, and keep who did it and why."""
        call: Call[t.PublishedGrant] = Call(
            "DELETE",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
            query={
                "by": by,
                "reason": reason,
            },
        )
        return self._send(call)

    def entitlement(
        self,
        feature: str,
        *,
        required: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.EntitlementView:
        """Tell whether the organization may use so much more of a feature."""
        call: Call[t.EntitlementView] = Call(
            "GET",
            f"/api/entitlements/{segment(feature)}",
            query={
                "required": required,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def entitlements(
        self,
        *,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.EntitlementsView:
        """List what the organization is entitled to, with what is left of it."""
        call: Call[t.EntitlementsView] = Call(
            "GET",
            "/api/entitlements",
            query={
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def estimate(
        self,
        organization_id: str,
        body: t.EstimateRequest,
    ) -> t.EstimateView:
        """Tell what a use would take from the allowance and the wallet, without recording it."""
        call: Call[t.EstimateView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/estimate",
            body=body,
        )
        return self._send(call)

    def hold(
        self,
        organization_id: str,
        body: t.HoldRequest,
    ) -> t.HoldView:
        """Reserve units before expensive work."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds",
            body=body,
        )
        return self._send(call)

    def list_grants(
        self,
        organization_id: str,
    ) -> t.GrantList:
        """List what the organization was given beside its plans."""
        call: Call[t.GrantList] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/grants",
        )
        return self._send(call)

    def margin(
        self,
        organization_id: str,
        *,
        from_: str | int | None = None,
        to: str | int | None = None,
    ) -> t.MarginReport:
        """Show the revenue, cost and margin of an organization's uses, by feature and currency."""
        call: Call[t.MarginReport] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/margin",
            query={
                "from": from_,
                "to": to,
            },
        )
        return self._send(call)

    def own_grants(
        self,
        *,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.OwnGrants:
        """List what the organization is given beside its plans, for its own members."""
        call: Call[t.OwnGrants] = Call(
            "GET",
            "/api/grants",
            query={
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def read_grant(
        self,
        organization_id: str,
        grant_id: str,
    ) -> t.GrantHistory:
        """Show who gave, changed and took away a grant, when and why."""
        call: Call[t.GrantHistory] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
        )
        return self._send(call)

    def record_usage(
        self,
        organization_id: str,
        body: t.UsageRequest,
    ) -> t.RecordedList:
        """Record a batch of uses, each id once for ever."""
        call: Call[t.RecordedList] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage",
            body=body,
        )
        return self._send(call)

    def release_hold(
        self,
        organization_id: str,
        hold_id: str,
    ) -> t.HoldView:
        """Give a reservation back."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds/{segment(hold_id)}/release",
        )
        return self._send(call)

    def save_alerts(
        self,
        organization_id: str,
        body: t.AlertsRequest,
    ) -> t.AlertsView:
        """Set at which percentages of its limits the organization's uses are announced."""
        call: Call[t.AlertsView] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}/alerts",
            body=body,
        )
        return self._send(call)

    def save_grant(
        self,
        organization_id: str,
        grant_id: str,
        body: t.GrantRequest,
    ) -> t.PublishedGrant:
        """Give the organization units, a limit or a feature beside its plans."""
        call: Call[t.PublishedGrant] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
            body=body,
        )
        return self._send(call)

    def settle_hold(
        self,
        organization_id: str,
        hold_id: str,
        body: t.SettleRequest,
    ) -> t.HoldView:
        """Settle a reservation with what the work really took."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds/{segment(hold_id)}/settle",
            body=body,
        )
        return self._send(call)

    def spending_cap(
        self,
        body: t.SpendingCapRequest,
    ) -> t.PublishedSpendingCap:
        """Set the most that uses beyond the allowances may cost in a month."""
        call: Call[t.PublishedSpendingCap] = Call(
            "PUT",
            "/api/billing/spending-cap",
            body=body,
        )
        return self._send(call)

    def usage_history(
        self,
        *,
        from_: str | int | None = None,
        to: str | int | None = None,
        feature: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.UsageHistory:
        """Show what an organization used, by feature and day."""
        call: Call[t.UsageHistory] = Call(
            "GET",
            "/api/usage",
            query={
                "from": from_,
                "to": to,
                "feature": feature,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def use(
        self,
        organization_id: str,
        event_id: str,
    ) -> t.UsageView:
        """Show what a recorded use was billed, and what it cost."""
        call: Call[t.UsageView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}",
        )
        return self._send(call)

    def void_use(
        self,
        organization_id: str,
        event_id: str,
        body: t.VoidRequest,
    ) -> t.UsageView:
        """Void a use: it counts no longer, and its wallet gets its money back."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/void",
            body=body,
        )
        return self._send(call)

    def wallet(
        self,
        *,
        currency: str | int | None = None,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
    ) -> t.WalletList:
        """Show the organization's prepaid money, and a page of its ledger."""
        call: Call[t.WalletList] = Call(
            "GET",
            "/api/wallet",
            query={
                "currency": currency,
                "cursor": cursor,
                "referenceId": reference_id,
            },
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncMetering:
    """`metering` of an AsyncBilling."""

    _send: AsyncSend

    async def add_costs(
        self,
        organization_id: str,
        event_id: str,
        body: t.CostsRequest,
    ) -> t.UsageView:
        """Attach costs that were not known when the use was recorded."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/costs",
            body=body,
        )
        return await self._send(call)

    async def adjust_meter(
        self,
        organization_id: str,
        body: t.MeterAdjustmentRequest,
    ) -> t.MeterAdjustment:
        """Adjust what a meter counts, with a reason, once for every key."""
        call: Call[t.MeterAdjustment] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/adjustments",
            body=body,
        )
        return await self._send(call)

    async def adjust_wallet(
        self,
        organization_id: str,
        body: t.AdjustmentRequest,
    ) -> t.PublishedLedgerEntry:
        """Credit or debit the wallet, once for every id."""
        call: Call[t.PublishedLedgerEntry] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/wallet/adjustments",
            body=body,
        )
        return await self._send(call)

    async def alerts(
        self,
        organization_id: str,
    ) -> t.AlertsView:
        """Show at which percentages of its limits the organization's uses are announced."""
        call: Call[t.AlertsView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/alerts",
        )
        return await self._send(call)

    async def correct_use(
        self,
        organization_id: str,
        event_id: str,
        body: t.CorrectRequest,
    ) -> t.UsageView:
        """Correct the quantity of a use, once for every key."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/correct",
            body=body,
        )
        return await self._send(call)

    async def delete_grant(
        self,
        organization_id: str,
        grant_id: str,
        *,
        by: str | int | None = None,
        reason: str | int | None = None,
    ) -> t.PublishedGrant:
        """Take a grant away, and keep who did it and why."""
        call: Call[t.PublishedGrant] = Call(
            "DELETE",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
            query={
                "by": by,
                "reason": reason,
            },
        )
        return await self._send(call)

    async def entitlement(
        self,
        feature: str,
        *,
        required: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.EntitlementView:
        """Tell whether the organization may use so much more of a feature."""
        call: Call[t.EntitlementView] = Call(
            "GET",
            f"/api/entitlements/{segment(feature)}",
            query={
                "required": required,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def entitlements(
        self,
        *,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.EntitlementsView:
        """List what the organization is entitled to, with what is left of it."""
        call: Call[t.EntitlementsView] = Call(
            "GET",
            "/api/entitlements",
            query={
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def estimate(
        self,
        organization_id: str,
        body: t.EstimateRequest,
    ) -> t.EstimateView:
        """Tell what a use would take from the allowance and the wallet, without recording it."""
        call: Call[t.EstimateView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/estimate",
            body=body,
        )
        return await self._send(call)

    async def hold(
        self,
        organization_id: str,
        body: t.HoldRequest,
    ) -> t.HoldView:
        """Reserve units before expensive work."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds",
            body=body,
        )
        return await self._send(call)

    async def list_grants(
        self,
        organization_id: str,
    ) -> t.GrantList:
        """List what the organization was given beside its plans."""
        call: Call[t.GrantList] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/grants",
        )
        return await self._send(call)

    async def margin(
        self,
        organization_id: str,
        *,
        from_: str | int | None = None,
        to: str | int | None = None,
    ) -> t.MarginReport:
        """Show the revenue, cost and margin of an organization's uses, by feature and currency."""
        call: Call[t.MarginReport] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/margin",
            query={
                "from": from_,
                "to": to,
            },
        )
        return await self._send(call)

    async def own_grants(
        self,
        *,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.OwnGrants:
        """List what the organization is given beside its plans, for its own members."""
        call: Call[t.OwnGrants] = Call(
            "GET",
            "/api/grants",
            query={
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def read_grant(
        self,
        organization_id: str,
        grant_id: str,
    ) -> t.GrantHistory:
        """Show who gave, changed and took away a grant, when and why."""
        call: Call[t.GrantHistory] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
        )
        return await self._send(call)

    async def record_usage(
        self,
        organization_id: str,
        body: t.UsageRequest,
    ) -> t.RecordedList:
        """Record a batch of uses, each id once for ever."""
        call: Call[t.RecordedList] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage",
            body=body,
        )
        return await self._send(call)

    async def release_hold(
        self,
        organization_id: str,
        hold_id: str,
    ) -> t.HoldView:
        """Give a reservation back."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds/{segment(hold_id)}/release",
        )
        return await self._send(call)

    async def save_alerts(
        self,
        organization_id: str,
        body: t.AlertsRequest,
    ) -> t.AlertsView:
        """Set at which percentages of its limits the organization's uses are announced."""
        call: Call[t.AlertsView] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}/alerts",
            body=body,
        )
        return await self._send(call)

    async def save_grant(
        self,
        organization_id: str,
        grant_id: str,
        body: t.GrantRequest,
    ) -> t.PublishedGrant:
        """Give the organization units, a limit or a feature beside its plans."""
        call: Call[t.PublishedGrant] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}/grants/{segment(grant_id)}",
            body=body,
        )
        return await self._send(call)

    async def settle_hold(
        self,
        organization_id: str,
        hold_id: str,
        body: t.SettleRequest,
    ) -> t.HoldView:
        """Settle a reservation with what the work really took."""
        call: Call[t.HoldView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/holds/{segment(hold_id)}/settle",
            body=body,
        )
        return await self._send(call)

    async def spending_cap(
        self,
        body: t.SpendingCapRequest,
    ) -> t.PublishedSpendingCap:
        """Set the most that uses beyond the allowances may cost in a month."""
        call: Call[t.PublishedSpendingCap] = Call(
            "PUT",
            "/api/billing/spending-cap",
            body=body,
        )
        return await self._send(call)

    async def usage_history(
        self,
        *,
        from_: str | int | None = None,
        to: str | int | None = None,
        feature: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.UsageHistory:
        """Show what an organization used, by feature and day."""
        call: Call[t.UsageHistory] = Call(
            "GET",
            "/api/usage",
            query={
                "from": from_,
                "to": to,
                "feature": feature,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def use(
        self,
        organization_id: str,
        event_id: str,
    ) -> t.UsageView:
        """Show what a recorded use was billed, and what it cost."""
        call: Call[t.UsageView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}",
        )
        return await self._send(call)

    async def void_use(
        self,
        organization_id: str,
        event_id: str,
        body: t.VoidRequest,
    ) -> t.UsageView:
        """Void a use: it counts no longer, and its wallet gets its money back."""
        call: Call[t.UsageView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/usage/{segment(event_id)}/void",
            body=body,
        )
        return await self._send(call)

    async def wallet(
        self,
        *,
        currency: str | int | None = None,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
    ) -> t.WalletList:
        """Show the organization's prepaid money, and a page of its ledger."""
        call: Call[t.WalletList] = Call(
            "GET",
            "/api/wallet",
            query={
                "currency": currency,
                "cursor": cursor,
                "referenceId": reference_id,
            },
        )
        return await self._send(call)


@dataclass(frozen=True, slots=True)
class Organizations:
    """`organizations` of a Billing."""

    _send: Send

    def billing(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.BillingView:
        """Show the organization's billing as a whole, and what has to be done about it."""
        call: Call[t.BillingView] = Call(
            "GET",
            "/api/billing",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def delete(
        self,
        organization_id: str,
    ) -> t.DeletedOrganization:
        """Stop the organization's billing, and forget it once Chargebee has confirmed."""
        call: Call[t.DeletedOrganization] = Call(
            "DELETE",
            f"/api/organizations/{segment(organization_id)}",
        )
        return self._send(call)

    def list(
        self,
        *,
        plan: str | int | None = None,
        cursor: str | int | None = None,
        limit: str | int | None = None,
    ) -> t.OrganizationList:
        """List the organizations, all or those of one plan."""
        call: Call[t.OrganizationList] = Call(
            "GET",
            "/api/organizations",
            query={
                "plan": plan,
                "cursor": cursor,
                "limit": limit,
            },
        )
        return self._send(call)

    def read(
        self,
        organization_id: str,
    ) -> t.AccountView:
        """Show an organization with its subscriptions, its entitlements and its wallets."""
        call: Call[t.AccountView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}",
        )
        return self._send(call)

    def save(
        self,
        organization_id: str,
        body: t.OrganizationRequest,
    ) -> t.SavedOrganization:
        """Create or change an organization; what the body omits stays as it is."""
        call: Call[t.SavedOrganization] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}",
            body=body,
        )
        return self._send(call)

    def sync(
        self,
        organization_id: str,
    ) -> t.SyncView:
        """Read one organization from Chargebee now."""
        call: Call[t.SyncView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/sync",
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncOrganizations:
    """`organizations` of an AsyncBilling."""

    _send: AsyncSend

    async def billing(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.BillingView:
        """Show the organization's billing as a whole, and what has to be done about it."""
        call: Call[t.BillingView] = Call(
            "GET",
            "/api/billing",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def delete(
        self,
        organization_id: str,
    ) -> t.DeletedOrganization:
        """Stop the organization's billing, and forget it once Chargebee has confirmed."""
        call: Call[t.DeletedOrganization] = Call(
            "DELETE",
            f"/api/organizations/{segment(organization_id)}",
        )
        return await self._send(call)

    async def list(
        self,
        *,
        plan: str | int | None = None,
        cursor: str | int | None = None,
        limit: str | int | None = None,
    ) -> t.OrganizationList:
        """List the organizations, all or those of one plan."""
        call: Call[t.OrganizationList] = Call(
            "GET",
            "/api/organizations",
            query={
                "plan": plan,
                "cursor": cursor,
                "limit": limit,
            },
        )
        return await self._send(call)

    async def read(
        self,
        organization_id: str,
    ) -> t.AccountView:
        """Show an organization with its subscriptions, its entitlements and its wallets."""
        call: Call[t.AccountView] = Call(
            "GET",
            f"/api/organizations/{segment(organization_id)}",
        )
        return await self._send(call)

    async def save(
        self,
        organization_id: str,
        body: t.OrganizationRequest,
    ) -> t.SavedOrganization:
        """Create or change an organization; what the body omits stays as it is."""
        call: Call[t.SavedOrganization] = Call(
            "PUT",
            f"/api/organizations/{segment(organization_id)}",
            body=body,
        )
        return await self._send(call)

    async def sync(
        self,
        organization_id: str,
    ) -> t.SyncView:
        """Read one organization from Chargebee now."""
        call: Call[t.SyncView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/sync",
        )
        return await self._send(call)


@dataclass(frozen=True, slots=True)
class Payments:
    """`payments` of a Billing."""

    _send: Send

    def add_method(
        self,
        body: t.PaymentMethodRequest,
    ) -> t.PaymentMethodPage:
        """Open the hosted page on which a payment method is added."""
        call: Call[t.PaymentMethodPage] = Call(
            "POST",
            "/api/payment-methods",
            body=body,
        )
        return self._send(call)

    def auto_top_up(
        self,
        body: t.AutoTopUpRequest,
    ) -> t.PublishedAutoTopUp:
        """Set the rule by which the wallet is topped up automatically, or switch it off."""
        call: Call[t.PublishedAutoTopUp] = Call(
            "PUT",
            "/api/wallet/auto-top-up",
            body=body,
        )
        return self._send(call)

    def charge(
        self,
        organization_id: str,
        body: t.ChargeRequest,
    ) -> t.ChargeView:
        """Charge a saved card, once for every key."""
        call: Call[t.ChargeView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/charges",
            body=body,
        )
        return self._send(call)

    def default_method(
        self,
        method_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.DefaultPaymentMethod:
        """Make a saved payment method the one that is charged from now on."""
        call: Call[t.DefaultPaymentMethod] = Call(
            "PUT",
            f"/api/payment-methods/{segment(method_id)}/default",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def list_invoices(
        self,
        *,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
    ) -> t.InvoiceListView:
        """List what the organization was billed."""
        call: Call[t.InvoiceListView] = Call(
            "GET",
            "/api/invoices",
            query={
                "cursor": cursor,
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def list_methods(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.PaymentMethodList:
        """List what the organization pays with."""
        call: Call[t.PaymentMethodList] = Call(
            "GET",
            "/api/payment-methods",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def print_invoice(
        self,
        invoice_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.InvoicePdfView:
        """Have an invoice made into a PDF."""
        call: Call[t.InvoicePdfView] = Call(
            "POST",
            f"/api/invoices/{segment(invoice_id)}/download",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def purchase(
        self,
        body: t.PurchaseRequest,
    ) -> t.PurchaseView:
        """Open the hosted page on which something is bought once."""
        call: Call[t.PurchaseView] = Call(
            "POST",
            "/api/checkout",
            body=keyed(body),
        )
        return self._send(call)

    def remove_method(
        self,
        method_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.RemovedPaymentMethod:
        """Forget a payment method."""
        call: Call[t.RemovedPaymentMethod] = Call(
            "DELETE",
            f"/api/payment-methods/{segment(method_id)}",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def top_up(
        self,
        body: t.TopUpRequest,
    ) -> t.PurchaseView:
        """Open the hosted page on which the wallet is topped up."""
        call: Call[t.PurchaseView] = Call(
            "POST",
            "/api/wallet/top-ups",
            body=keyed(body),
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncPayments:
    """`payments` of an AsyncBilling."""

    _send: AsyncSend

    async def add_method(
        self,
        body: t.PaymentMethodRequest,
    ) -> t.PaymentMethodPage:
        """Open the hosted page on which a payment method is added."""
        call: Call[t.PaymentMethodPage] = Call(
            "POST",
            "/api/payment-methods",
            body=body,
        )
        return await self._send(call)

    async def auto_top_up(
        self,
        body: t.AutoTopUpRequest,
    ) -> t.PublishedAutoTopUp:
        """Set the rule by which the wallet is topped up automatically, or switch it off."""
        call: Call[t.PublishedAutoTopUp] = Call(
            "PUT",
            "/api/wallet/auto-top-up",
            body=body,
        )
        return await self._send(call)

    async def charge(
        self,
        organization_id: str,
        body: t.ChargeRequest,
    ) -> t.ChargeView:
        """Charge a saved card, once for every key."""
        call: Call[t.ChargeView] = Call(
            "POST",
            f"/api/organizations/{segment(organization_id)}/charges",
            body=body,
        )
        return await self._send(call)

    async def default_method(
        self,
        method_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.DefaultPaymentMethod:
        """Make a saved payment method the one that is charged from now on."""
        call: Call[t.DefaultPaymentMethod] = Call(
            "PUT",
            f"/api/payment-methods/{segment(method_id)}/default",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def list_invoices(
        self,
        *,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
    ) -> t.InvoiceListView:
        """List what the organization was billed."""
        call: Call[t.InvoiceListView] = Call(
            "GET",
            "/api/invoices",
            query={
                "cursor": cursor,
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def list_methods(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.PaymentMethodList:
        """List what the organization pays with."""
        call: Call[t.PaymentMethodList] = Call(
            "GET",
            "/api/payment-methods",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def print_invoice(
        self,
        invoice_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.InvoicePdfView:
        """Have an invoice made into a PDF."""
        call: Call[t.InvoicePdfView] = Call(
            "POST",
            f"/api/invoices/{segment(invoice_id)}/download",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def purchase(
        self,
        body: t.PurchaseRequest,
    ) -> t.PurchaseView:
        """Open the hosted page on which something is bought once."""
        call: Call[t.PurchaseView] = Call(
            "POST",
            "/api/checkout",
            body=keyed(body),
        )
        return await self._send(call)

    async def remove_method(
        self,
        method_id: str,
        *,
        reference_id: str | int | None = None,
    ) -> t.RemovedPaymentMethod:
        """Forget a payment method."""
        call: Call[t.RemovedPaymentMethod] = Call(
            "DELETE",
            f"/api/payment-methods/{segment(method_id)}",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def top_up(
        self,
        body: t.TopUpRequest,
    ) -> t.PurchaseView:
        """Open the hosted page on which the wallet is topped up."""
        call: Call[t.PurchaseView] = Call(
            "POST",
            "/api/wallet/top-ups",
            body=keyed(body),
        )
        return await self._send(call)


@dataclass(frozen=True, slots=True)
class Plans:
    """`plans` of a Billing."""

    _send: Send

    def delete(
        self,
        plan: str,
        *,
        dry_run: str | int | None = None,
        version: str | int | None = None,
    ) -> t.RevisionView:
        """Put the catalog file's plan in force again, or say what that would change and for whom."""
        call: Call[t.RevisionView] = Call(
            "DELETE",
            f"/api/plans/{segment(plan)}",
            query={
                "dryRun": dry_run,
                "version": version,
            },
        )
        return self._send(call)

    def list(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.PlanList:
        """List what the organization may buy, in display order, and the default plan."""
        call: Call[t.PlanList] = Call(
            "GET",
            "/api/plans",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)

    def read(
        self,
        plan: str,
    ) -> t.DescribedPlanView:
        """Show a plan as it is written, and how many organizations have it."""
        call: Call[t.DescribedPlanView] = Call(
            "GET",
            f"/api/plans/{segment(plan)}",
        )
        return self._send(call)

    def save(
        self,
        plan: str,
        body: t.PlanEntry,
        *,
        dry_run: str | int | None = None,
    ) -> t.RevisionView:
        """Change a plan, or say what that would change and for whom."""
        call: Call[t.RevisionView] = Call(
            "PUT",
            f"/api/plans/{segment(plan)}",
            query={
                "dryRun": dry_run,
            },
            body=body,
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncPlans:
    """`plans` of an AsyncBilling."""

    _send: AsyncSend

    async def delete(
        self,
        plan: str,
        *,
        dry_run: str | int | None = None,
        version: str | int | None = None,
    ) -> t.RevisionView:
        """Put the catalog file's plan in force again, or say what that would change and for whom."""
        call: Call[t.RevisionView] = Call(
            "DELETE",
            f"/api/plans/{segment(plan)}",
            query={
                "dryRun": dry_run,
                "version": version,
            },
        )
        return await self._send(call)

    async def list(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.PlanList:
        """List what the organization may buy, in display order, and the default plan."""
        call: Call[t.PlanList] = Call(
            "GET",
            "/api/plans",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)

    async def read(
        self,
        plan: str,
    ) -> t.DescribedPlanView:
        """Show a plan as it is written, and how many organizations have it."""
        call: Call[t.DescribedPlanView] = Call(
            "GET",
            f"/api/plans/{segment(plan)}",
        )
        return await self._send(call)

    async def save(
        self,
        plan: str,
        body: t.PlanEntry,
        *,
        dry_run: str | int | None = None,
    ) -> t.RevisionView:
        """Change a plan, or say what that would change and for whom."""
        call: Call[t.RevisionView] = Call(
            "PUT",
            f"/api/plans/{segment(plan)}",
            query={
                "dryRun": dry_run,
            },
            body=body,
        )
        return await self._send(call)


@dataclass(frozen=True, slots=True)
class Runtime:
    """`runtime` of a Billing."""

    _send: Send

    def document(
        self,
    ) -> t.Document:
        """Serve the description of this API, for OpenAPI 3.1."""
        call: Call[t.Document] = Call(
            "GET",
            "/api/openapi.json",
        )
        return self._send(call)

    def session(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.SessionView:
        """Tell who is signed in, and for which organization."""
        call: Call[t.SessionView] = Call(
            "GET",
            "/api/session",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncRuntime:
    """`runtime` of an AsyncBilling."""

    _send: AsyncSend

    async def document(
        self,
    ) -> t.Document:
        """Serve the description of this API, for OpenAPI 3.1."""
        call: Call[t.Document] = Call(
            "GET",
            "/api/openapi.json",
        )
        return await self._send(call)

    async def session(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.SessionView:
        """Tell who is signed in, and for which organization."""
        call: Call[t.SessionView] = Call(
            "GET",
            "/api/session",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """`subscriptions` of a Billing."""

    _send: Send

    def access(
        self,
        *,
        plan: str | int | None = None,
        feature: str | int | None = None,
        item_price_id: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.PublishedAccess:
        """Tell whether the organization may use a plan or a feature."""
        call: Call[t.PublishedAccess] = Call(
            "GET",
            "/api/access",
            query={
                "plan": plan,
                "feature": feature,
                "itemPriceId": item_price_id,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def cancel(
        self,
        body: t.CancelSubscription,
    ) -> t.Cancellation:
        """Cancel the subscription at the end of its term, or now."""
        call: Call[t.Cancellation] = Call(
            "POST",
            "/api/subscription/cancel",
            body=body,
        )
        return self._send(call)

    def create(
        self,
        body: t.CreateSubscription,
    ) -> t.SubscriptionPage:
        """Open the hosted page on which the organization subscribes."""
        call: Call[t.SubscriptionPage] = Call(
            "POST",
            "/api/subscription/create",
            body=body,
        )
        return self._send(call)

    def list(
        self,
        *,
        history: str | int | None = None,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.SubscriptionList:
        """List the organization's subscriptions, as the cache has them."""
        call: Call[t.SubscriptionList] = Call(
            "GET",
            "/api/subscription/list",
            query={
                "history": history,
                "cursor": cursor,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return self._send(call)

    def portal(
        self,
        body: t.OpenPortal,
    ) -> t.Portal:
        """Open Chargebee's portal for the organization."""
        call: Call[t.Portal] = Call(
            "POST",
            "/api/subscription/portal",
            body=body,
        )
        return self._send(call)

    def preview(
        self,
        body: t.ChangeSubscription,
    ) -> t.ChangePreview:
        """Say what a purchase or a change would cost, now and from then on."""
        call: Call[t.ChangePreview] = Call(
            "POST",
            "/api/subscription/preview",
            body=body,
        )
        return self._send(call)

    def restore(
        self,
        body: t.RestoreSubscription,
    ) -> t.Restoration:
        """Take back the cancellation, or the change, that is scheduled."""
        call: Call[t.Restoration] = Call(
            "POST",
            "/api/subscription/restore",
            body=body,
        )
        return self._send(call)

    def update(
        self,
        body: t.ChangeSubscription,
    ) -> t.SubscriptionPage:
        """Open the hosted page on which the plan, the seats or the add-ons change."""
        call: Call[t.SubscriptionPage] = Call(
            "POST",
            "/api/subscription/update",
            body=body,
        )
        return self._send(call)

    def withdraw_checkout(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.WithdrawnCheckout:
        """Take the open checkout back."""
        call: Call[t.WithdrawnCheckout] = Call(
            "DELETE",
            "/api/subscription/checkout",
            query={
                "referenceId": reference_id,
            },
        )
        return self._send(call)


@dataclass(frozen=True, slots=True)
class AsyncSubscriptions:
    """`subscriptions` of an AsyncBilling."""

    _send: AsyncSend

    async def access(
        self,
        *,
        plan: str | int | None = None,
        feature: str | int | None = None,
        item_price_id: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.PublishedAccess:
        """Tell whether the organization may use a plan or a feature."""
        call: Call[t.PublishedAccess] = Call(
            "GET",
            "/api/access",
            query={
                "plan": plan,
                "feature": feature,
                "itemPriceId": item_price_id,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def cancel(
        self,
        body: t.CancelSubscription,
    ) -> t.Cancellation:
        """Cancel the subscription at the end of its term, or now."""
        call: Call[t.Cancellation] = Call(
            "POST",
            "/api/subscription/cancel",
            body=body,
        )
        return await self._send(call)

    async def create(
        self,
        body: t.CreateSubscription,
    ) -> t.SubscriptionPage:
        """Open the hosted page on which the organization subscribes."""
        call: Call[t.SubscriptionPage] = Call(
            "POST",
            "/api/subscription/create",
            body=body,
        )
        return await self._send(call)

    async def list(
        self,
        *,
        history: str | int | None = None,
        cursor: str | int | None = None,
        reference_id: str | int | None = None,
        organization_id: str | int | None = None,
    ) -> t.SubscriptionList:
        """List the organization's subscriptions, as the cache has them."""
        call: Call[t.SubscriptionList] = Call(
            "GET",
            "/api/subscription/list",
            query={
                "history": history,
                "cursor": cursor,
                "referenceId": reference_id,
                "organizationId": organization_id,
            },
        )
        return await self._send(call)

    async def portal(
        self,
        body: t.OpenPortal,
    ) -> t.Portal:
        """Open Chargebee's portal for the organization."""
        call: Call[t.Portal] = Call(
            "POST",
            "/api/subscription/portal",
            body=body,
        )
        return await self._send(call)

    async def preview(
        self,
        body: t.ChangeSubscription,
    ) -> t.ChangePreview:
        """Say what a purchase or a change would cost, now and from then on."""
        call: Call[t.ChangePreview] = Call(
            "POST",
            "/api/subscription/preview",
            body=body,
        )
        return await self._send(call)

    async def restore(
        self,
        body: t.RestoreSubscription,
    ) -> t.Restoration:
        """Take back the cancellation, or the change, that is scheduled."""
        call: Call[t.Restoration] = Call(
            "POST",
            "/api/subscription/restore",
            body=body,
        )
        return await self._send(call)

    async def update(
        self,
        body: t.ChangeSubscription,
    ) -> t.SubscriptionPage:
        """Open the hosted page on which the plan, the seats or the add-ons change."""
        call: Call[t.SubscriptionPage] = Call(
            "POST",
            "/api/subscription/update",
            body=body,
        )
        return await self._send(call)

    async def withdraw_checkout(
        self,
        *,
        reference_id: str | int | None = None,
    ) -> t.WithdrawnCheckout:
        """Take the open checkout back."""
        call: Call[t.WithdrawnCheckout] = Call(
            "DELETE",
            "/api/subscription/checkout",
            query={
                "referenceId": reference_id,
            },
        )
        return await self._send(call)


class Rooms:
    """Every room of the API."""

    def __init__(self, send: Send) -> None:
        self.metering = Metering(send)
        self.organizations = Organizations(send)
        self.payments = Payments(send)
        self.plans = Plans(send)
        self.runtime = Runtime(send)
        self.subscriptions = Subscriptions(send)


class AsyncRooms:
    """Every room of the API."""

    def __init__(self, send: AsyncSend) -> None:
        self.metering = AsyncMetering(send)
        self.organizations = AsyncOrganizations(send)
        self.payments = AsyncPayments(send)
        self.plans = AsyncPlans(send)
        self.runtime = AsyncRuntime(send)
        self.subscriptions = AsyncSubscriptions(send)
