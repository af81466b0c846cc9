using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>The unified account (protocol page, 8.3). One USDT counts as one USD.</summary>
internal sealed class WalletRow(Venue venue)
{
    public void Write(Utf8JsonWriter w, Account account)
    {
        var ledger = venue.Ledger;
        var open = account.Positions.FindAll(p => !p.IsFlat);
        var initial = open.Sum(p => ledger.InitialMargin(account, p));
        var maintenance = open.Sum(ledger.MaintenanceMargin);
        var unrealized = open.Sum(ledger.Unrealized);
        var orders = ledger.OpenOrderMargin(account);
        var equity = account.Wallet + unrealized;
        w.WriteString("accountType", "UNIFIED");
        w.WriteString("accountLTV", "0");
        Twice("accountIMRate", equity <= 0m ? 0m : (initial + orders) / equity);
        Twice("accountMMRate", equity <= 0m ? 0m : maintenance / equity);
        Rounded("totalEquity", equity);
        Rounded("totalWalletBalance", account.Wallet);
        Rounded("totalMarginBalance", equity);
        Rounded("totalAvailableBalance", ledger.Available(account));
        Rounded("totalPerpUPL", unrealized);
        Twice("totalInitialMargin", initial + orders);
        Twice("totalMaintenanceMargin", maintenance);
        w.WriteStartArray("coin");
        Coin(Account.Quote, equity, equity, account.Wallet, orders, initial, maintenance, unrealized, account.Positions.Sum(p => p.TotalNet));
        if (account.FeeWallet > 0m)
            Coin(account.FeeAsset, account.FeeWallet, account.FeeWallet * Worth(account.FeeAsset), account.FeeWallet, 0m, 0m, 0m, 0m, 0m);
        w.WriteEndArray();

        decimal Worth(string asset) => venue.Find(asset + Account.Quote)?.Mark ?? 0m;

        void Coin(
            string coin, decimal equityOf, decimal usd, decimal walletOf, decimal ordersOf, decimal initialOf, decimal maintenanceOf,
            decimal unrealizedOf, decimal realizedOf)
        {
            w.WriteStartObject();
            w.WriteString("coin", coin);
            Rounded("equity", equityOf);
            Rounded("usdValue", usd);
            Rounded("walletBalance", walletOf);
            Rounded("totalOrderIM", ordersOf);
            Rounded("totalPositionIM", initialOf);
            Rounded("totalPositionMM", maintenanceOf);
            Rounded("unrealisedPnl", unrealizedOf);
            Rounded("cumRealisedPnl", realizedOf);
            foreach (var name in (string[])
                ["locked", "spotHedgingQty", "borrowAmount", "accruedInterest", "bonus", "colRes", "spotBorrow"])
                w.WriteString(name, "0");
            w.WriteBoolean("collateralSwitch", true);
            w.WriteBoolean("marginCollateral", true);
            w.WriteString("availableToWithdraw", "");
            w.WriteString("availableToBorrow", "");
            w.WriteEndObject();
        }

        void Rounded(string name, decimal value) => w.Trimmed(name, decimal.Round(value, 8));

        void Twice(string name, decimal value)
        {
            Rounded(name, value);
            Rounded(name + "ByMp", value);
        }
    }
}
