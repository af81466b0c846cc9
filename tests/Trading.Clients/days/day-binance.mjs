// binance 3.6.5: USDMClient, WebsocketClient, WebsocketAPIClient.
import { USDMClient, WebsocketAPIClient, WebsocketClient } from 'binance';
import { check, control, done, exchange, Heard, near, notServed, price, refused, same, step, until } from './day.mjs';

const keys = { api_key: exchange.key, api_secret: exchange.secret };
const silent = { trace() {}, info() {}, error() {} };
const rest = new USDMClient({ ...keys, baseUrl: exchange.rest, beautifyResponses: true });
console.warn = () => {}; // the library's advice to prefix client ids with its own
const [btc, eth, sol, xrp] = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
const intervals = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'];

const last = async (symbol) => Number((await rest.getSymbolPriceTicker({ symbol })).price);
const at = (value, digits = 1) => Number(value.toFixed(digits));
const held = async (symbol, side = 'BOTH') => Number((await rest.getPositions({ symbol })).find((p) => p.positionSide === side)?.positionAmt ?? 0);
const order = (fields) => rest.submitNewOrder({ side: 'BUY', type: 'MARKET', newOrderRespType: 'RESULT', ...fields });
const stop = (fields) => rest.submitNewAlgoOrder({ algoType: 'CONDITIONAL', side: 'SELL', type: 'STOP_MARKET', workingType: 'MARK_PRICE', ...fields });
const algos = (symbol) => rest.getOpenAlgoOrders({ symbol });
const some = (list) => check(list.length > 0, 'an empty list');
const says = (code) => (error) => (error?.code ?? error?.body?.code) === code;
const pause = (ms) => new Promise((soon) => setTimeout(soon, ms));

// Market data.
await step('ping', () => rest.testConnectivity());
await step('server time', async () => check(Math.abs((await rest.getServerTime()) - Date.now()) < 5000, 'far from ours'));
await step('exchange info', async () => check((await rest.getExchangeInfo()).symbols.some((s) => s.symbol === btc && s.permissionSets !== undefined), 'no BTCUSDT'));
await step('order book', async () => same(20, (await rest.getOrderBook({ symbol: btc, limit: 20 })).bids.length));
await step('order book of retail orders', async () => some((await rest.getRpiOrderBook({ symbol: btc })).bids));
await step('trades', async () => some(await rest.getRecentTrades({ symbol: btc })));
await step('trades of the past', async () => some(await rest.getHistoricalTrades({ symbol: btc })));
await step('aggregate trades', async () => some(await rest.getAggregateTrades({ symbol: btc })));
for (const interval of intervals) await step(`candles ${interval}`, async () => some(await rest.getKlines({ symbol: btc, interval })));
await step('candles of a contract', async () => some(await rest.getContinuousContractKlines({ pair: btc, contractType: 'PERPETUAL', interval: '5m' })));
await step('candles of the index price', async () => some(await rest.getIndexPriceKlines({ pair: btc, interval: '5m' })));
await step('candles of the mark price', async () => some(await rest.getMarkPriceKlines({ symbol: btc, interval: '5m' })));
await step('candles of the premium', async () => some(await rest.getPremiumIndexKlines({ symbol: btc, interval: '5m' })));
await step('mark price', async () => check(Number((await rest.getMarkPrice({ symbol: btc })).markPrice) > 0, 'none'));
await step('mark prices', async () => check((await rest.getMarkPrice()).length >= 40, 'fewer than 40'));
await step('funding rate history', async () => check(Array.isArray(await rest.getFundingRateHistory({ symbol: btc })), 'no list'));
await step('funding rates', async () => check(Array.isArray(await rest.getFundingRates()), 'no list'));
await step('statistics of the day', async () => check((await rest.get24hrChangeStatistics()).length >= 40, 'fewer than 40'));
await step('price', async () => check((await last(btc)) > 0, 'none'));
await step('best bid and ask', async () => check(Number((await rest.getSymbolOrderBookTicker({ symbol: btc })).askPrice) > 0, 'none'));
await step('open interest', async () => same(btc, (await rest.getOpenInterest({ symbol: btc })).symbol));
await step('symbol index', () => rest.getCompositeSymbolIndex());
await step('asset index', () => rest.getMultiAssetsModeAssetIndex());
await step('index constituents', async () => some((await rest.getIndexPriceConstituents({ symbol: btc })).constituents));
await step('insurance fund', () => rest.getInsuranceFundBalance({ symbol: btc }));
await step('trading schedule', () => rest.getTradingSchedule());
await step('adl risk', async () => check((await rest.getSymbolAdlRisk({ symbol: btc })) !== undefined, 'none'));

// The account.
await step('balance', async () => near(10000, Number((await rest.getBalance()).find((b) => b.asset === 'USDT').balance)));
await step('account', async () => check((await rest.getAccountInformation()).canTrade !== false, 'may not trade'));
await step('account configuration', async () => same(false, (await rest.getFuturesAccountConfig()).dualSidePosition));
await step('symbol configuration', async () => same(btc, (await rest.getFuturesSymbolConfig({ symbol: btc }))[0].symbol));
await step('commission', async () => near(0.0005, Number((await rest.getAccountCommissionRate({ symbol: btc })).takerCommissionRate)));
await step('leverage brackets', async () => some(await rest.getNotionalAndLeverageBrackets({ symbol: btc })));
await step('position mode', async () => same(false, (await rest.getCurrentPositionMode()).dualSidePosition));
await step('multi-assets mode', async () => same(false, (await rest.getMultiAssetsMode()).multiAssetsMargin));
await step('multi-assets mode on and off', async () => {
  await rest.setMultiAssetsMode({ multiAssetsMargin: 'true' });
  await rest.setMultiAssetsMode({ multiAssetsMargin: 'false' });
});
await step('fees in BNB', async () => {
  await rest.setBNBBurnEnabled({ feeBurn: 'true' });
  same(true, (await rest.getBNBBurnStatus()).feeBurn);
  await rest.setBNBBurnEnabled({ feeBurn: 'false' });
});
await step('leverage', async () => same(5, (await rest.setLeverage({ symbol: btc, leverage: 5 })).leverage));
await step('margin type', () => rest.setMarginType({ symbol: sol, marginType: 'ISOLATED' }));
await refused('margin type as it is', () => rest.setMarginType({ symbol: sol, marginType: 'ISOLATED' }), says(-4046));
await refused('position mode as it is', () => rest.setPositionMode({ dualSidePosition: 'false' }), says(-4059));
await step('order limits', async () => some(await rest.getUserForceOrders()));
await step('trading rules indicators', () => rest.getApiQuantitativeRulesIndicators({ symbol: btc }));
await step('adl quantile', () => rest.getADLQuantileEstimation({ symbol: btc }));

// Entry, limit order, queries.
await step('order tested and not placed', async () => {
  await rest.testOrder({ symbol: btc, side: 'BUY', type: 'MARKET', quantity: 0.01 });
  same(0, await held(btc));
});
const entry = await step('market entry', async () => {
  const made = await order({ symbol: btc, quantity: 0.01, newClientOrderId: 'day-e1' });
  same('FILLED', made.status);
  return made;
});
await step('entry by its exchange id', async () => same('FILLED', (await rest.getOrder({ symbol: btc, orderId: entry.orderId })).status));
await step('entry by its client id', async () => same(entry.orderId, (await rest.getOrder({ symbol: btc, origClientOrderId: 'day-e1' })).orderId));
await step('position', async () => same(0.01, await held(btc)));
const limit = await step('limit order', async () => order({ symbol: btc, type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: at(await last(btc) * 0.97), newClientOrderId: 'day-l1' }));
await step('open orders', async () => same(1, (await rest.getAllOpenOrders({ symbol: btc })).length));
await step('open order', async () => same(limit.orderId, (await rest.getCurrentOpenOrder({ symbol: btc, orderId: limit.orderId })).orderId));
await step('limit order modified', async () => {
  const made = await rest.modifyOrder({ symbol: btc, orderId: limit.orderId, side: 'BUY', quantity: 0.02, price: at(await last(btc) * 0.96) });
  same(0.02, made.origQty);
});
await step('changes of the limit order', async () => same(1, (await rest.getOrderModifyHistory({ symbol: btc, orderId: limit.orderId })).length));
await step('limit order canceled', async () => same('CANCELED', (await rest.cancelOrder({ symbol: btc, orderId: limit.orderId })).status));
await step('price from the book', async () => {
  const made = await order({ symbol: btc, type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, priceMatch: 'QUEUE_20' });
  await rest.cancelOrder({ symbol: btc, orderId: made.orderId });
});
await step('order that is good till a date', async () => {
  const made = await order({ symbol: btc, type: 'LIMIT', timeInForce: 'GTD', goodTillDate: Date.now() + 700_000, quantity: 0.01, price: at(await last(btc) * 0.97) });
  await rest.cancelOrder({ symbol: btc, orderId: made.orderId });
});
await step('all orders', async () => check((await rest.getAllOrders({ symbol: btc })).some((o) => o.orderId === entry.orderId), 'not there'));
await step('own trades', async () => check((await rest.getAccountTrades({ symbol: btc })).some((t) => t.orderId === entry.orderId), 'not there'));
await step('income', async () => check((await rest.getIncomeHistory({ symbol: btc })).some((i) => i.incomeType === 'COMMISSION'), 'no commission'));
await step('forced orders', async () => check(Array.isArray(await rest.getForceOrders()), 'no list'));

// Stops: the algo order service.
const first = await step('stop on the exchange', async () => stop({ symbol: btc, quantity: 0.01, triggerPrice: at(await last(btc) * 0.97), reduceOnly: 'true', clientAlgoId: 'day-s1' }));
await step('stop read back', async () => same(first.algoId, (await algos(btc))[0].algoId));
await step('stop by its client id', async () => same(first.algoId, (await rest.getAlgoOrder({ clientAlgoId: 'day-s1' })).algoId));
await refused('waiting stop by its algo id, as production answered in 2026-09', () => rest.getAlgoOrder({ algoId: first.algoId }), says(-2013));
await step('stop replaced: the new one first', async () => {
  await stop({ symbol: btc, quantity: 0.01, triggerPrice: at(await last(btc) * 0.975), reduceOnly: 'true', clientAlgoId: 'day-s2' });
  await rest.cancelAlgoOrder({ algoId: first.algoId });
  same('day-s2', (await algos(btc)).map((a) => a.clientAlgoId));
});
await step('stop canceled', () => rest.cancelAlgoOrder({ clientAlgoId: 'day-s2' }));
await step('stops of the past', async () => check((await rest.getAllAlgoOrders({ symbol: btc })).length >= 2, 'fewer than two'));
await step('stop for the whole position', async () => rest.cancelAlgoOrder({ algoId: (await stop({ symbol: btc, closePosition: 'true', triggerPrice: at(await last(btc) * 0.96) })).algoId }));
await step('take profit', async () => rest.cancelAlgoOrder({ algoId: (await stop({ symbol: btc, type: 'TAKE_PROFIT_MARKET', quantity: 0.01, reduceOnly: 'true', triggerPrice: at(await last(btc) * 1.03) })).algoId }));
await step('stop-limit', async () => rest.cancelAlgoOrder({ algoId: (await stop({ symbol: btc, type: 'STOP', timeInForce: 'GTC', quantity: 0.01, reduceOnly: 'true', price: at(await last(btc) * 0.96), triggerPrice: at(await last(btc) * 0.97) })).algoId }));
await step('trailing stop', async () => rest.cancelAlgoOrder({ algoId: (await stop({ symbol: btc, type: 'TRAILING_STOP_MARKET', quantity: 0.01, reduceOnly: 'true', callbackRate: 1 })).algoId }));
await step('all stops canceled', async () => {
  await stop({ symbol: btc, quantity: 0.01, reduceOnly: 'true', triggerPrice: at(await last(btc) * 0.97) });
  await rest.cancelAllAlgoOpenOrders({ symbol: btc });
  same(0, (await algos(btc)).length);
});
await step('a stop fires', async () => {
  await order({ symbol: eth, quantity: 0.1 });
  const trigger = at(await last(eth) * 0.99, 2);
  const made = await stop({ symbol: eth, quantity: 0.1, reduceOnly: 'true', triggerPrice: trigger });
  await price(eth, trigger * 0.999, 3);
  await until('flat', async () => (await held(eth)) === 0);
  same('FINISHED', (await rest.getAlgoOrder({ algoId: made.algoId })).algoStatus);
});

// Closes, isolated margin.
await step('margin added and taken back', async () => {
  await order({ symbol: sol, quantity: 1 });
  await rest.setIsolatedPositionMargin({ symbol: sol, amount: 5, type: '1' });
  await rest.setIsolatedPositionMargin({ symbol: sol, amount: 2, type: '2' });
  same(2, (await rest.getPositionMarginChangeHistory({ symbol: sol })).length);
});
await step('partial close', async () => {
  await order({ symbol: btc, side: 'SELL', quantity: 0.004, reduceOnly: 'true' });
  same(0.006, await held(btc));
});
await step('close of more than is held', async () => {
  await order({ symbol: btc, side: 'SELL', quantity: 1, reduceOnly: 'true' });
  same(0, await held(btc));
});
await refused('close of what is flat', () => order({ symbol: btc, side: 'SELL', quantity: 0.01, reduceOnly: 'true' }), says(-2022));
await step('full close', async () => {
  await order({ symbol: sol, side: 'SELL', quantity: 1, reduceOnly: 'true' });
  same(0, await held(sol));
});

// Batches.
const batch = await step('batch placed, one of it refused', async () => {
  const low = await last(xrp) * 0.96;
  const made = await rest.submitMultipleOrders([0, 1, 2].map((i) => ({ symbol: xrp, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: i === 2 ? '0.05' : '100', price: low.toFixed(4) })));
  check(made[0].orderId && made[1].orderId && made[2].code < 0, JSON.stringify(made));
  return made;
});
await step('batch modified', async () => {
  const low = await last(xrp) * 0.95;
  const made = await rest.modifyMultipleOrders(batch.slice(0, 2).map((o) => ({ symbol: xrp, orderId: o.orderId, side: 'BUY', quantity: '110', price: low.toFixed(4) })));
  check(made.every((o) => Number(o.origQty) === 110), JSON.stringify(made));
});
await step('batch canceled', async () => {
  await rest.cancelMultipleOrders({ symbol: xrp, orderIdList: batch.slice(0, 2).map((o) => o.orderId) });
  same(0, (await rest.getAllOpenOrders({ symbol: xrp })).length);
});
await step('all canceled', async () => {
  await order({ symbol: xrp, type: 'LIMIT', timeInForce: 'GTC', quantity: 100, price: at(await last(xrp) * 0.96, 4) });
  await rest.cancelAllOpenOrders({ symbol: xrp });
  same(0, (await rest.getAllOpenOrders({ symbol: xrp })).length);
});
await step('cancel all after a while', async () => {
  await rest.setCancelOrdersOnTimeout({ symbol: xrp, countdownTime: 100_000 });
  await rest.setCancelOrdersOnTimeout({ symbol: xrp, countdownTime: 0 });
});

// Streams.
const heard = new Heard();
const streams = new WebsocketClient({ ...keys, wsUrl: exchange.stream, beautify: false, restOptions: { baseUrl: exchange.rest }, reconnectTimeout: 200 }, silent);
for (const kind of ['message', 'response', 'reconnected', 'exception']) streams.on(kind, (event) => heard.push({ ...event, kind }));
const topics = [
  'btcusdt@markPrice@1s', 'btcusdt@aggTrade', 'btcusdt@kline_1m', 'btcusdt@kline_5m', 'btcusdt@kline_1h', 'btcusdt@kline_1d', 'btcusdt@kline_1w',
  'btcusdt_perpetual@continuousKline_1m', 'btcusdt@ticker', 'btcusdt@miniTicker', 'btcusdt@bookTicker', 'btcusdt@depth20@100ms', 'ethusdt@depth@100ms', 'btcusdt@trade',
];
const lists = { '!markPrice@arr@1s': 'markPriceUpdate', '!ticker@arr': '24hrTicker', '!miniTicker@arr': '24hrMiniTicker' };
await step('streams: subscribed', () => streams.subscribe([...topics, ...Object.keys(lists), 'xrpusdt@forceOrder', '!bookTicker'], 'usdm'));
const data = (event) => event.data ?? event;
const of = {
  markPrice: 'markPriceUpdate', aggTrade: 'aggTrade', ticker: '24hrTicker', miniTicker: '24hrMiniTicker', bookTicker: 'bookTicker', depth20: 'depthUpdate', depth: 'depthUpdate', trade: 'trade',
};
for (const topic of topics)
  await step(`stream: ${topic}`, () => heard.next(topic, (event) => {
    const [symbol, kind] = topic.split('@');
    const told = data(event);
    if (kind.startsWith('kline')) return told.e === 'kline' && told.k.i === kind.slice(6);
    if (kind.startsWith('continuous')) return told.e === 'continuous_kline' && told.k.i === '1m';
    return told.e === of[kind] && told.s === symbol.toUpperCase();
  }));
for (const [topic, kind] of Object.entries(lists))
  await step(`stream: ${topic}`, () => heard.next(topic, (event) => {
    const rows = Object.values(Array.isArray(event.data) ? event.data : event).filter((row) => row?.e === kind);
    return rows.length > 1;
  }));
await step('stream: forced orders', async () => {
  await control('open', { account: 'sim-key-0002', symbol: xrp, quantity: 100 });
  await control('liquidate', { account: 'sim-key-0002', symbol: xrp });
  same(xrp, data(await heard.next('forceOrder', (event) => data(event).e === 'forceOrder')).o.s);
});

const user = new Heard();
const private1 = new WebsocketClient({ ...keys, wsUrl: exchange.stream, beautify: false, restOptions: { baseUrl: exchange.rest }, reconnectTimeout: 200 }, silent);
for (const kind of ['message', 'response', 'reconnected', 'exception']) private1.on(kind, (event) => user.push({ ...event, kind }));
await step('user stream: connected', () => private1.subscribeUsdFuturesUserDataStream());
await step('user stream: a fill', async () => {
  await order({ symbol: btc, quantity: 0.01, newClientOrderId: 'day-u1' });
  for (const kind of ['TRADE_LITE', 'ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE']) await user.next(kind, (event) => event.e === kind);
  await user.next('the fill', (event) => event.e === 'ORDER_TRADE_UPDATE' && event.o.c === 'day-u1' && event.o.X === 'FILLED');
});
await step('user stream: a stop', async () => {
  const made = await stop({ symbol: btc, quantity: 0.01, reduceOnly: 'true', triggerPrice: at(await last(btc) * 0.97), clientAlgoId: 'day-us' });
  await user.next('NEW', (event) => event.e === 'ALGO_UPDATE' && event.o.caid === 'day-us' && event.o.X === 'NEW');
  await rest.cancelAlgoOrder({ algoId: made.algoId });
  await user.next('CANCELED', (event) => event.e === 'ALGO_UPDATE' && event.o.caid === 'day-us' && event.o.X === 'CANCELED');
});
await step('user stream: leverage changed', async () => {
  await rest.setLeverage({ symbol: eth, leverage: 7 });
  await user.next('it', (event) => event.e === 'ACCOUNT_CONFIG_UPDATE' && event.ac.l === 7);
});
await step('user stream: listen key kept alive', () => rest.keepAliveFuturesUserDataListenKey());
await step('user stream: listen key expired', async () => {
  await control('listen-key', {});
  await user.next('listenKeyExpired', (event) => event.e === 'listenKeyExpired');
  user.forget();
  await pause(1500);
  await rest.setLeverage({ symbol: eth, leverage: 8 });
  await user.next('the stream of the new key', (event) => event.e === 'ACCOUNT_CONFIG_UPDATE');
});
await step('streams come back after a cut', async () => {
  await control('sockets', { do: 'close', of: 'all' });
  await heard.next('market again', (event) => event.kind === 'reconnected');
  await pause(1500);
  heard.forget();
  user.forget();
  await heard.next('mark price', (event) => data(event).e === 'markPriceUpdate');
  let leverage = 8;
  await user.nextOf('user events', () => rest.setLeverage({ symbol: eth, leverage: ++leverage }), (event) => event.e === 'ACCOUNT_CONFIG_UPDATE');
});
await step('user stream: listen key deleted by another client', async () => {
  await new USDMClient({ ...keys, baseUrl: exchange.rest }).closeFuturesUserDataListenKey();
  const again = await rest.getFuturesUserDataListenKey();
  check(again.listenKey.length > 0, 'no new key');
});

// WebSocket API.
const api = new WebsocketAPIClient({ ...keys, wsUrl: exchange.stream, attachEventListeners: false }, silent);
await step('WebSocket API: order book', async () => same(20, (await api.getFuturesOrderBook({ symbol: btc, limit: 20 })).result.bids.length));
await step('WebSocket API: prices', async () => {
  check(Number((await api.getFuturesSymbolPriceTicker({ symbol: btc })).result.price) > 0, 'no price');
  check(Number((await api.getFuturesSymbolOrderBookTicker({ symbol: btc })).result.askPrice) > 0, 'no ask');
});
await step('WebSocket API: balance, account, positions', async () => {
  some((await api.getFuturesAccountBalanceV2({ timestamp: Date.now() })).result);
  check((await api.getFuturesAccountStatusV2({ timestamp: Date.now() })).result.assets.length > 0, 'no assets');
  some((await api.getFuturesPositionV2({ symbol: btc, timestamp: Date.now() })).result);
});
await step('WebSocket API: order, modified, read, canceled', async () => {
  const made = (await api.submitNewFuturesOrder('usdm', { symbol: btc, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: at(await last(btc) * 0.97), timestamp: Date.now() })).result;
  await api.modifyFuturesOrder('usdm', { symbol: btc, side: 'BUY', orderId: made.orderId, quantity: 0.02, price: at(await last(btc) * 0.96), timestamp: Date.now() });
  same(0.02, Number((await api.getFuturesOrderStatus('usdm', { symbol: btc, orderId: made.orderId, timestamp: Date.now() })).result.origQty));
  same('CANCELED', (await api.cancelFuturesOrder('usdm', { symbol: btc, orderId: made.orderId, timestamp: Date.now() })).result.status);
});
await step('WebSocket API: stop and its cancel', async () => {
  const made = (await api.submitNewFuturesAlgoOrder({ algoType: 'CONDITIONAL', symbol: btc, side: 'SELL', type: 'STOP_MARKET', quantity: '0.01', reduceOnly: 'true', triggerPrice: String(at(await last(btc) * 0.97)), timestamp: Date.now() })).result;
  await api.cancelFuturesAlgoOrder({ algoId: made.algoId, timestamp: Date.now() });
});

// Hedge mode.
await step('hedge mode', async () => {
  await order({ symbol: btc, side: 'SELL', quantity: 0.01, reduceOnly: 'true' });
  await rest.setPositionMode({ dualSidePosition: 'true' });
});
await step('both sides open, each with its stop', async () => {
  await order({ symbol: eth, quantity: 0.1, positionSide: 'LONG' });
  await order({ symbol: eth, side: 'SELL', quantity: 0.2, positionSide: 'SHORT' });
  await stop({ symbol: eth, quantity: 0.1, positionSide: 'LONG', triggerPrice: at(await last(eth) * 0.98, 2) });
  await stop({ symbol: eth, side: 'BUY', quantity: 0.2, positionSide: 'SHORT', triggerPrice: at(await last(eth) * 1.02, 2) });
  same('0.1,-0.2', [await held(eth, 'LONG'), await held(eth, 'SHORT')]);
  same(2, (await algos(eth)).length);
});
await refused('reduceOnly in hedge mode', () => order({ symbol: eth, side: 'SELL', quantity: 0.1, positionSide: 'LONG', reduceOnly: 'true' }), says(-1106));
await refused('no side in hedge mode', () => order({ symbol: eth, quantity: 0.1 }), says(-4061));
await step('hedged sides closed', async () => {
  await order({ symbol: eth, side: 'SELL', quantity: 0.1, positionSide: 'LONG' });
  await order({ symbol: eth, quantity: 0.2, positionSide: 'SHORT' });
  await rest.cancelAllAlgoOpenOrders({ symbol: eth });
  await rest.setPositionMode({ dualSidePosition: 'false' });
});

// Refusals.
const as = (options) => new USDMClient({ ...keys, ...options, baseUrl: exchange.rest });
await refused('bad secret', () => as({ api_secret: 'wrong' }).getBalance(), says(-1022));
await refused('unknown key', () => as({ api_key: 'nobody' }).getBalance(), says(-2015));
await refused('late timestamp', () => {
  const late = as({});
  late.setTimeOffset(-60_000);
  return late.getBalance();
}, says(-1021));
await refused('unknown symbol', () => order({ symbol: 'NOPEUSDT', quantity: 1 }), says(-1121));
await refused('below the minimum notional', () => order({ symbol: xrp, quantity: 0.2 }), says(-4164));
await refused('quantity of too many digits', () => order({ symbol: btc, quantity: 0.01005 }), says(-1111));
await refused('more than the wallet', () => order({ symbol: btc, quantity: 30 }), says(-2019));
await refused('market order with a time in force', () => order({ symbol: btc, quantity: 0.01, timeInForce: 'GTC' }), says(-1106));
await refused('would trigger at once', async () => stop({ symbol: btc, quantity: 0.01, triggerPrice: at(await last(btc) * 1.02) }), says(-2021));
await refused('duplicate client id', async () => {
  const fields = { symbol: btc, type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: at(await last(btc) * 0.97), newClientOrderId: 'day-twice' };
  await order(fields);
  return order(fields);
}, says(-4116));
await refused('cancel of what is done', () => rest.cancelOrder({ symbol: btc, orderId: entry.orderId }), says(-2011));
await refused('order nobody knows', () => rest.getOrder({ symbol: btc, orderId: 1 }), says(-2013));

// What stays unserved is answered as production answers an unknown route.
const unserved = {
  'GET /futures/data/openInterestHist': () => rest.getOpenInterestStatistics({ symbol: btc, period: '5m' }),
  'GET /futures/data/topLongShortPositionRatio': () => rest.getTopTradersLongShortPositionRatio({ symbol: btc, period: '5m' }),
  'GET /futures/data/topLongShortAccountRatio': () => rest.getTopTradersLongShortAccountRatio({ symbol: btc, period: '5m' }),
  'GET /futures/data/globalLongShortAccountRatio': () => rest.getGlobalLongShortAccountRatio({ symbol: btc, period: '5m' }),
  'GET /futures/data/takerlongshortRatio': () => rest.getTakerBuySellVolume({ symbol: btc, period: '5m' }),
  'GET /futures/data/basis': () => rest.getBasis({ pair: btc, contractType: 'PERPETUAL', period: '5m' }),
  'GET /futures/data/delivery-price': () => rest.getQuarterlyContractSettlementPrices({ pair: btc }),
  'GET /fapi/v1/income/asyn': () => rest.getFuturesTransactionHistoryDownloadId({ startTime: 1, endTime: 2 }),
  'GET /fapi/v1/order/asyn': () => rest.getFuturesOrderHistoryDownloadId({ startTime: 1, endTime: 2 }),
  'GET /fapi/v1/trade/asyn': () => rest.getFuturesTradeHistoryDownloadId({ startTime: 1, endTime: 2 }),
  'GET /fapi/v1/convert/exchangeInfo': () => rest.getAllConvertPairs({ fromAsset: 'USDT' }),
};
for (const [route, ask] of Object.entries(unserved)) await notServed(route, route, ask, says(-5000));

for (const made of [streams, private1]) made.closeAll(true);
done();
