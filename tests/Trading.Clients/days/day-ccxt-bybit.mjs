// ccxt 4.5.84, REST and Pro, class bybit.
import { client, heard, market, says, swap, toldOfAnOrder } from './ccxt-on-simulator.mjs';
import { check, control, done, near, price, refused, same, step, until } from './day.mjs';

const ex = client('bybit', { options: { defaultType: 'swap' } });
const [btc, eth, sol, xrp] = ['BTC', 'ETH', 'SOL', 'XRP'].map(swap);
const size = async (symbol) => (await ex.fetchPosition(symbol)).contracts ?? 0;
const flat = (symbol) => until(`${symbol} is flat`, async () => (await size(symbol)) === 0);

await market(ex);
await step('open interest history', async () => check((await ex.fetchOpenInterestHistory(btc, '1h')).length > 0, 'none'));
await step('long/short ratio history', async () => check((await ex.fetchLongShortRatioHistory(btc, '1h')).length > 0, 'none'));

// The account.
await step('status', async () => same('ok', (await ex.fetchStatus()).status));
await step('balance', async () => near(10000, (await ex.fetchBalance()).USDT.total));
await step('currencies', async () => check((await ex.fetchCurrencies()).USDT !== undefined, 'no USDT'));
await step('set leverage', () => ex.setLeverage(5, btc));
await step('set leverage in steps of 0.01', () => ex.setLeverage(5.5, eth));
await step('set leverage again', async () => {
  try {
    await ex.setLeverage(5, btc);
  } catch (error) {
    check(error.message.includes('110043'), error.message);
  }
});
await step('leverage', async () => same(5, (await ex.fetchLeverage(btc)).longLeverage));
await step('set margin mode isolated', () => ex.setMarginMode('isolated', undefined, { leverage: 5 }));
await step('margin mode', async () => same('isolated', (await ex.fetchMarginMode(btc)).marginMode));
await step('set margin mode cross', () => ex.setMarginMode('cross'));
await step('trading fee', async () => near(0.00055, (await ex.fetchTradingFee(btc)).taker));
await step('trading fees', async () => check((await ex.fetchTradingFees({ category: 'linear' }))[btc] !== undefined, 'no BTC'));
await step('leverage tiers of a market', async () => check((await ex.fetchMarketLeverageTiers(btc)).length > 0, 'none'));
await step('leverage tiers', async () => check(Object.keys(await ex.fetchLeverageTiers([btc, eth])).length === 2, 'not two'));

// Entry, limit order, queries.
const entry = await step('market entry', () => ex.createOrder(btc, 'market', 'buy', 0.01, undefined, { clientOrderId: 'day-entry-1' }));
await step('entry by its exchange id', async () => {
  const order = await ex.fetchOrder(entry.id, btc, { acknowledged: true });
  same('closed', order.status);
  same(0.01, order.filled);
});
await step('entry by its client id', async () => {
  const order = await ex.fetchOpenOrder(undefined, btc, { orderLinkId: 'day-entry-1' }).catch(() => ex.fetchClosedOrder(entry.id, btc));
  same(entry.id, order.id);
});
await step('position', async () => same(0.01, await size(btc)));
const limit = await step('limit order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  return ex.createOrder(btc, 'limit', 'buy', 0.01, ex.priceToPrecision(btc, last * 0.97), { clientOrderId: 'day-limit-1' });
});
await step('open orders', async () => check((await ex.fetchOpenOrders(btc)).some((o) => o.id === limit.id), 'not there'));
await step('open order', async () => same('open', (await ex.fetchOpenOrder(limit.id, btc)).status));
await step('edit the limit order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  await ex.editOrder(limit.id, btc, 'limit', 'buy', 0.02, ex.priceToPrecision(btc, last * 0.96));
  same(0.02, (await ex.fetchOpenOrder(limit.id, btc)).amount);
});
await step('cancel the limit order', () => ex.cancelOrder(limit.id, btc));
await step('canceled orders', async () => check((await ex.fetchCanceledOrders(btc)).some((o) => o.id === limit.id), 'not there'));
await step('closed orders', async () => check((await ex.fetchClosedOrders(btc)).some((o) => o.id === entry.id), 'not there'));
await step('canceled and closed orders', async () => check((await ex.fetchCanceledAndClosedOrders(btc)).length >= 2, 'fewer than two'));
await step('post-only order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  const order = await ex.createPostOnlyOrder(btc, 'limit', 'buy', 0.01, ex.priceToPrecision(btc, last * 0.97));
  await ex.cancelOrder(order.id, btc);
});
await step('own trades', async () => check((await ex.fetchMyTrades(btc)).some((t) => t.order === entry.id && t.fee.cost > 0), 'not there'));
await step('trades of an order', async () => check((await ex.fetchOrderTrades(entry.id, btc)).length > 0, 'none'));
await step('positions', async () => check((await ex.fetchPositions([btc])).some((p) => p.contracts === 0.01), 'not there'));
await step('ledger', async () => check((await ex.fetchLedger('USDT')).length > 0, 'none'));
await step('funding history', async () => check(Array.isArray(await ex.fetchFundingHistory(btc)), 'no list'));

// Stops.
await step('stop on the position', async () => {
  const mark = (await ex.fetchTicker(btc)).mark ?? (await ex.fetchTicker(btc)).last;
  await ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { tradingStopEndpoint: true, stopLossPrice: ex.priceToPrecision(btc, mark * 0.98), tpslMode: 'Full' });
  check((await ex.fetchPosition(btc)).stopLossPrice > 0, 'no stop');
});
await step('stop on the position moved', async () => {
  const before = (await ex.fetchPosition(btc)).stopLossPrice;
  await ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { tradingStopEndpoint: true, stopLossPrice: ex.priceToPrecision(btc, before * 1.005), tpslMode: 'Full' });
  check((await ex.fetchPosition(btc)).stopLossPrice > before, 'not moved');
});
await step('trailing stop on the position', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  await ex.createTrailingAmountOrder(btc, 'market', 'sell', 0.01, undefined, ex.priceToPrecision(btc, last * 0.03));
});
const stop = await step('conditional stop', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  return ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { stopLossPrice: ex.priceToPrecision(btc, last * 0.97), reduceOnly: true, clientOrderId: 'day-stop-1' });
});
await step('conditional stop read back', async () => check((await ex.fetchOpenOrders(btc, undefined, undefined, { trigger: true })).some((o) => o.id === stop.id), 'not there'));
await step('conditional stop moved in place', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  await ex.editOrder(stop.id, btc, 'market', 'sell', undefined, undefined, { triggerPrice: ex.priceToPrecision(btc, last * 0.975) });
});
await step('conditional stop canceled', () => ex.cancelOrder(stop.id, btc, { trigger: true }));
await step('take profit order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  const order = await ex.createTakeProfitOrder(btc, 'market', 'sell', 0.01, undefined, ex.priceToPrecision(btc, last * 1.03), { reduceOnly: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('trigger order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  const order = await ex.createTriggerOrder(btc, 'market', 'buy', 0.01, undefined, ex.priceToPrecision(btc, last * 1.03), { triggerDirection: 'ascending' });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('stop-limit order', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  const order = await ex.createStopLimitOrder(btc, 'sell', 0.01, ex.priceToPrecision(btc, last * 0.96), ex.priceToPrecision(btc, last * 0.97), { triggerDirection: 'descending', reduceOnly: true });
  await ex.cancelOrder(order.id, btc, { trigger: true });
});
await step('entry with stop and target attached', async () => {
  const last = (await ex.fetchTicker(eth)).last;
  await ex.createOrder(eth, 'market', 'buy', 0.1, undefined, {
    stopLoss: { triggerPrice: ex.priceToPrecision(eth, last * 0.98) }, takeProfit: { triggerPrice: ex.priceToPrecision(eth, last * 1.02) },
  });
  const position = await until('both are set', async () => {
    const row = await ex.fetchPosition(eth);
    return row.contracts > 0 && row.stopLossPrice > 0 && row.takeProfitPrice > 0 ? row : undefined;
  });
  same(0.1, position.contracts);
});
await step('a stop fires', async () => {
  const row = await ex.fetchPosition(eth);
  await price('ETHUSDT', row.stopLossPrice * 0.999, 3);
  await flat(eth);
});
await step('position history', async () => check((await ex.fetchPositionsHistory([eth])).length > 0, 'none'));
await step('entry with a limit target for a part', async () => {
  const last = (await ex.fetchTicker(sol)).last;
  await ex.createOrder(sol, 'market', 'buy', 1, undefined, {
    takeProfit: { triggerPrice: ex.priceToPrecision(sol, last * 1.02), price: ex.priceToPrecision(sol, last * 1.021), type: 'limit' },
    stopLoss: { triggerPrice: ex.priceToPrecision(sol, last * 0.98) },
  });
  await until('both legs rest', async () => (await ex.fetchOpenOrders(sol, undefined, undefined, { trigger: true })).length === 2);
});

// Closes.
await step('partial close', async () => {
  await ex.createReduceOnlyOrder(btc, 'market', 'sell', 0.004);
  await until('less is held', async () => (await size(btc)) === 0.006);
});
await step('close of more than is held', async () => {
  await ex.createOrder(btc, 'market', 'sell', 1, undefined, { reduceOnly: true });
  await flat(btc);
});
await refused('close of what is flat', () => ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { reduceOnly: true }), says(110017));
await step('full close takes the legs along', async () => {
  await ex.createOrder(sol, 'market', 'sell', 1, undefined, { reduceOnly: true });
  await until('no order rests', async () => (await ex.fetchOpenOrders(sol)).length === 0);
});

// Batches.
const batch = await step('batch of orders', async () => {
  const last = (await ex.fetchTicker(xrp)).last;
  const made = await ex.createOrders([0.95, 0.96, 0.97].map((part) => (
    { symbol: xrp, type: 'limit', side: 'buy', amount: 100, price: ex.priceToPrecision(xrp, last * part) })));
  same(3, made.length);
  return made;
});
await step('batch edited', async () => {
  const last = (await ex.fetchTicker(xrp)).last;
  await ex.editOrders(batch.slice(0, 2).map((o, i) => (
    { id: o.id, symbol: xrp, type: 'limit', side: 'buy', amount: 110, price: ex.priceToPrecision(xrp, last * (0.94 + i / 100)) })));
  same(2, (await ex.fetchOpenOrders(xrp)).filter((o) => o.amount === 110).length);
});
await step('batch canceled', async () => {
  await ex.cancelOrders(batch.slice(0, 2).map((o) => o.id), xrp);
  same(1, (await ex.fetchOpenOrders(xrp)).length);
});
await step('all orders canceled', async () => {
  await ex.cancelAllOrders(xrp);
  same(0, (await ex.fetchOpenOrders(xrp)).length);
});
await step('cancel all after a while', () => ex.cancelAllOrdersAfter(40_000));

// Streams.
await heard('stream: ticker', () => ex.watchTicker(btc), (t) => t.last > 0);
await heard('stream: tickers', () => ex.watchTickers([btc, eth]), (t) => Object.keys(t).length > 0);
await heard('stream: best bids and asks', () => ex.watchBidsAsks([btc]), (t) => Object.keys(t).length > 0);
await heard('stream: trades', () => ex.watchTrades(btc), (t) => t.length > 0);
await heard('stream: book', () => ex.watchOrderBook(btc, 50), (b) => b.bids.length === 50 && b.asks.length === 50);
await heard('stream: book of 200', () => ex.watchOrderBook(eth, 200), (b) => b.bids.length === 200);
await heard('stream: the book is the exchange\'s', async () => {
  const [told, asked] = [await ex.watchOrderBook(eth, 200), await ex.fetchOrderBook(eth, 200)];
  return JSON.stringify([told.bids.slice(0, 200), told.asks.slice(0, 200)]) === JSON.stringify([asked.bids, asked.asks]);
}, (equal) => equal);
for (const interval of ['1m', '5m', '1h', '1d', '1w'])
  await heard(`stream: candles ${interval}`, () => ex.watchOHLCV(btc, interval), (c) => c.length > 0);
await step('stream: liquidations', async () => {
  const told = ex.watchLiquidations(xrp);
  await new Promise((soon) => setTimeout(soon, 300));
  await control('open', { account: 'bybit/sim-key-0002', symbol: 'XRPUSDT', quantity: 100 });
  await control('liquidate', { account: 'bybit/sim-key-0002', symbol: 'XRPUSDT' });
  check((await told).length > 0, 'none');
});
const listening = [
  ex.watchOrders(), ex.watchMyTrades(), ex.watchBalance(),
  until('position', async () => (await ex.watchPositions()).find((p) => p.symbol === btc && p.contracts === 0.01)),
];
await step('private streams: order, trade, position, wallet of a fill', async () => {
  await new Promise((soon) => setTimeout(soon, 500));
  await ex.createOrder(btc, 'market', 'buy', 0.01);
  const [orders, trades, balance] = await Promise.all(listening);
  same(btc, orders[0].symbol);
  same(0.01, trades[0].amount);
  check(balance.USDT.total > 0, 'no balance');
});
await step('private streams: a stop set and moved', async () => {
  const next = ex.watchPositions([btc]);
  const last = (await ex.fetchTicker(btc)).last;
  await ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { tradingStopEndpoint: true, stopLossPrice: ex.priceToPrecision(btc, last * 0.98), tpslMode: 'Full' });
  check((await next).some((p) => p.symbol === btc), 'not told');
});
await step('streams come back after a cut', async () => {
  await control('sockets', { do: 'close', of: 'all' });
  await new Promise((soon) => setTimeout(soon, 300));
  const fresh = client('bybit', { options: { defaultType: 'swap' } });
  await fresh.loadMarkets();
  check((await fresh.watchTicker(btc)).last > 0, 'no ticker');
  await ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
  await toldOfAnOrder(ex, fresh, btc);
  await fresh.close();
});
await step('order over the trade socket', async () => {
  const last = (await ex.fetchTicker(btc)).last;
  const order = await ex.createOrderWs(btc, 'limit', 'buy', 0.01, ex.priceToPrecision(btc, last * 0.97));
  await ex.editOrderWs(order.id, btc, 'limit', 'buy', 0.02, ex.priceToPrecision(btc, last * 0.96));
  await ex.cancelOrderWs(order.id, btc);
});

// Hedge mode.
await step('hedge mode', () => ex.setPositionMode(true));
await step('both sides open, each with its stop', async () => {
  const last = (await ex.fetchTicker(eth)).last;
  await ex.createOrder(eth, 'market', 'buy', 0.1, undefined, { positionIdx: 1, stopLoss: { triggerPrice: ex.priceToPrecision(eth, last * 0.98) } });
  await ex.createOrder(eth, 'market', 'sell', 0.2, undefined, { positionIdx: 2, stopLoss: { triggerPrice: ex.priceToPrecision(eth, last * 1.02) } });
  const rows = await until('two positions', async () => {
    const open = (await ex.fetchPositions([eth])).filter((p) => p.contracts > 0 && p.stopLossPrice > 0);
    return open.length === 2 ? open : undefined;
  });
  same('long,short', rows.map((p) => p.side).sort().join(','));
});
await step('hedged sides closed', async () => {
  await ex.createOrder(eth, 'market', 'sell', 0.1, undefined, { positionIdx: 1, reduceOnly: true });
  await ex.createOrder(eth, 'market', 'buy', 0.2, undefined, { positionIdx: 2, reduceOnly: true });
  await until('none is open', async () => (await ex.fetchPositions([eth])).every((p) => !p.contracts));
});
await step('one-way mode', () => ex.setPositionMode(false));

// Refusals.
await refused('bad secret', () => client('bybit', { secret: 'wrong' }).fetchBalance({ type: 'unified' }), says(10004));
await refused('unknown key', () => client('bybit', { apiKey: 'nobody' }).fetchBalance({ type: 'unified' }), says(10003));
await refused('late timestamp', async () => {
  const late = client('bybit', { options: { defaultType: 'swap' } });
  late.nonce = () => Date.now() - 60_000;
  return late.fetchBalance();
}, says(10002));
await refused('unknown symbol', () => ex.privatePostV5OrderCreate({ category: 'linear', symbol: 'NOPEUSDT', side: 'Buy', orderType: 'Market', qty: '1' }), says(10001));
await refused('below the minimum notional', () => ex.createOrder(xrp, 'market', 'buy', 0.2), says(110094));
await refused('more than the wallet', () => ex.createOrder(btc, 'market', 'buy', 30), says(110007));
await refused('trigger on the wrong side', async () => ex.createOrder(btc, 'market', 'sell', 0.01, undefined, {
  triggerPrice: ex.priceToPrecision(btc, (await ex.fetchTicker(btc)).last * 1.02), triggerDirection: 'descending',
}), says(110093));
await refused('stop for no position', () => ex.createOrder(btc, 'market', 'sell', 0.01, undefined, { tradingStopEndpoint: true, stopLossPrice: '1000', tpslMode: 'Full' }), says(10001));
await refused('duplicate client id', () => ex.createOrder(btc, 'market', 'buy', 0.01, undefined, { clientOrderId: 'day-entry-1' }), says(110072));
await refused('cancel of what is done', () => ex.cancelOrder(entry.id, btc), says(110001));
await refused('an unknown route', () => ex.request('v5/spot-lever-token/info', 'public', 'GET'), (error) => error.message.includes('404'));

done();
